"""What every page looks like: layout, template tags, French typography and number forms."""
