"""Reading stored data: what fields declare that they read, and the reference executor that follows the declarations."""
