"""The client components of username_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

UsernameForm: ClientComponent
