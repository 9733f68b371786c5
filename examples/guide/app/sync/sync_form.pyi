"""The client components of sync_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

SyncForm: ClientComponent
