/** Runs what a click asked for and tells the person when it failed. */

import { tellFailure } from "../ui";

/** For clicks whose outcome shows by itself. */
export function act(work: () => Promise<unknown>): void {
  work().catch(tellFailure);
}

/** True when it worked; for windows that close only then. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (failure) {
    tellFailure(failure);
    return false;
  }
}
