"""The client components of delete_button.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

DeleteButton: ClientComponent
