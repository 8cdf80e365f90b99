"""What is asked of somebody who moves a case on."""
