"""The client components of update_post_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

UpdatePostForm: ClientComponent
