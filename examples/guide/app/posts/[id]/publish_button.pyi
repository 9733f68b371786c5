"""The client components of publish_button.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

PublishButton: ClientComponent
