"""A made-up payer to try Conus with: people, plans and cases. Nothing in it is real, and its names say so."""
