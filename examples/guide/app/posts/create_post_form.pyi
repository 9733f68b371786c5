"""The client components of create_post_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

CreatePostForm: ClientComponent
