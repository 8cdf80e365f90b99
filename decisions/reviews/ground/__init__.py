"""What every room of the reviews stands on: who may do what with a case in which state, how."""
