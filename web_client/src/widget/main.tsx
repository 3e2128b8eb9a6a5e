/** Starts the user's chat. */
import "../ui";
