"""Pages and figures that a person or a monitor looks at: health and metrics."""
