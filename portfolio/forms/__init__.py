"""What people may send, field by field; nothing a form does not name reaches an action."""
