"""The client components of comment_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

CommentForm: ClientComponent
