"""The client components of login_form.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

LoginForm: ClientComponent
