"""What the portal holds of people: why, how long, who sees it; handed out and erased when they ask."""
