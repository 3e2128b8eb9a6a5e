/** The door of the desk. */

import { useSignal } from "@preact/signals";
import { textForFailure } from "../core/error_text";
import { BotIcon, Button, Field, GlobeIcon, Menu } from "../ui";
import { appearanceEntries } from "./appearance";
import type { Staff } from "./staff";
import { deskText } from "./texts";

export function SignIn({ staff }: { staff: Staff }) {
  const t = deskText.value;
  return (
    <main class="door" data-testid="sign-in">
      <div class="door__corner">
        <Menu label={t.appearance} icon={<GlobeIcon />} entries={appearanceEntries()} testid="appearance" />
      </div>
      <section class="door__card">
        <header class="door__head">
          <span class="door__mark">
            <BotIcon />
          </span>
          <p class="door__product">{t.product}</p>
          <h1>{t.signInTitle}</h1>
        </header>
        {staff.wasSignedOut.value && (
          <p class="door__notice" role="status">
            {t.signedOut}
          </p>
        )}
        <SignInForm staff={staff} />
      </section>
    </main>
  );
}

function SignInForm({ staff }: { staff: Staff }) {
  const t = deskText.value;
  const username = useSignal("");
  const password = useSignal("");
  const otp = useSignal<string | null>(null);
  const failure = useSignal<unknown>(null);
  const is_user = useSignal(false);
  const is_busy = useSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    is_busy.value = true;
    failure.value = null;
    is_user.value = false;
    try {
      const form = { username: username.value.trim(), password: password.value };
      const arrival = await staff.signIn(otp.value === null ? form : { ...form, otp: otp.value });
      if (arrival === "otp_required") otp.value = "";
      is_user.value = arrival === "not_staff";
    } catch (refusal) {
      failure.value = refusal;
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <form class="door__form" onSubmit={(event) => void submit(event)}>
      <Field label={t.username} value={username.value} onInput={(text) => (username.value = text)} autocomplete="username" required autofocus testid="username" />
      <Field label={t.password} type="password" value={password.value} onInput={(text) => (password.value = text)} autocomplete="current-password" required testid="password" />
      {otp.value !== null && (
        <Field label={t.code} hint={t.codeHint} value={otp.value} onInput={(text) => (otp.value = text)} inputmode="numeric" autocomplete="one-time-code" autofocus testid="otp" />
      )}
      {failure.value !== null && (
        <p class="door__error" role="alert" data-testid="sign-in-error">
          {textForFailure(failure.value)}
        </p>
      )}
      {is_user.value && (
        <p class="door__error" role="alert" data-testid="sign-in-error">
          {t.notForUsers} <a href="/">{t.toChat}</a>
        </p>
      )}
      <Button kind="primary" type="submit" wide busy={is_busy.value} disabled={username.value.trim() === "" || password.value === ""} testid="sign-in-submit">
        {t.signIn}
      </Button>
    </form>
  );
}
