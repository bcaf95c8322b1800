"""The only writers of the livestream. Lock order: room, broadcast; the unit of work takes stream rows last."""
