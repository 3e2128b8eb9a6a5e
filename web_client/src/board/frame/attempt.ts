/** Runs what a person asked for and reports its failure in their language. */

import { tellFailure } from "../../ui";

/** True when it worked. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (failure) {
    tellFailure(failure);
    return false;
  }
}

/** For acts whose outcome shows by itself. */
export function act(work: () => Promise<unknown>): void {
  void attempt(work);
}
