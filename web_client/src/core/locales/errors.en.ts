/** What went wrong, in English; keys are the stable codes, and reasons, of the wire and codes of this client. */

export const errorsEn = {
  bad_request: "That could not be understood. Please check what you entered.",
  unauthorized: "Please sign in again.",
  token_expired: "Your sign-in has run out. Please sign in again.",
  wrong_credentials: "The user name or password is not right.",
  wrong_otp: "That code is not right. Please try the current one.",
  username_taken: "This user name is taken.",
  bad_account_form:
    "Please choose a user name of 2 to 64 letters, digits or . _ - @ + and a password of at least 8 characters.",
  not_found: "This is not there any more, or not yours to see.",
  forbidden: "Your role does not allow this.",
  conflict: "Something changed in the meantime. Please look again.",
  import_undone: "This import has been undone in the meantime. Import the file again if it should go in after all.",
  session_ended: "This conversation has ended.",
  offer_gone: "Somebody else took this conversation.",
  at_capacity: "No free place at the moment.",
  rate_limited: "That was a little fast. Please wait a moment.",
  too_large: "This is too large to send.",
  too_many_connections: "The chat is open in too many places. Close one and try again.",
  server_busy: "The service is busy. We keep trying.",
  unavailable: "The service is not reachable for a moment. We keep trying.",
  internal: "Something went wrong on our side. Please try again.",
  network: "No connection. Please check your network.",
  timeout: "The answer took too long. Please try again.",
  connection_lost: "The connection was lost. We are connecting again.",
  offline: "You are offline. This continues once you are connected.",
};

export type ErrorTexts = typeof errorsEn;
