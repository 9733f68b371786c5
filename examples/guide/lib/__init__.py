"""What the application knows and keeps, without pages: used by actions, pages and route handlers alike."""
