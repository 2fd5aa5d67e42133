"""What every resource of the API shares: errors, pages, versions, fields, description."""
