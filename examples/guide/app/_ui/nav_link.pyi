"""The client components of nav_link.tsx. Generated; changes are lost."""

from jetbridge.html import ClientComponent

NavLink: ClientComponent
