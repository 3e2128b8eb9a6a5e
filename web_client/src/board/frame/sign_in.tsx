/** The way in for supervisors and admins. */

import { useSignal } from "@preact/signals";
import { signInStaff } from "../../core/account";
import type { Api } from "../../core/api";
import { textForCode } from "../../core/error_text";
import { codeOf } from "../../core/failures";
import { Button, Field } from "../../ui";
import { boardText } from "../texts";
import { PreferenceMenu } from "./preference_menu";

export function SignIn({ api }: { api: Api }) {
  const t = boardText.value;
  const username = useSignal("");
  const password = useSignal("");
  const otp = useSignal<string | null>(null);
  const error = useSignal<string | null>(null);
  const is_busy = useSignal(false);
  const is_ready = username.value.trim() !== "" && password.value !== "" && otp.value !== "";

  const submit = async (): Promise<void> => {
    is_busy.value = true;
    error.value = null;
    const form = { username: username.value.trim(), password: password.value };
    try {
      const outcome = await signInStaff(api, otp.value === null ? form : { ...form, otp: otp.value });
      if (outcome.kind === "otp_required") otp.value = "";
    } catch (failure) {
      error.value = refusalText(codeOf(failure), otp.value !== null);
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <div class="gate">
      <div class="gate__menu">
        <PreferenceMenu />
      </div>
      <form
        class="gate__sheet"
        data-testid="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          if (is_ready) void submit();
        }}
      >
        <header class="gate__head">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <h1>{t.title}</h1>
          <p class="quiet">{t.signInDetail}</p>
        </header>
        <Field
          label={t.username}
          value={username.value}
          autocomplete="username"
          testid="username"
          autofocus
          required
          onInput={(text) => (username.value = text)}
        />
        <Field
          label={t.password}
          type="password"
          value={password.value}
          autocomplete="current-password"
          testid="password"
          required
          onInput={(text) => (password.value = text)}
        />
        {otp.value !== null && (
          <Field
            label={t.otp}
            hint={t.otpHint}
            value={otp.value}
            inputmode="numeric"
            autocomplete="one-time-code"
            autofocus
            onInput={(text) => (otp.value = text)}
          />
        )}
        {error.value !== null && (
          <p class="form-error" role="alert">
            {error.value}
          </p>
        )}
        <Button type="submit" kind="primary" wide busy={is_busy.value} disabled={!is_ready} testid="sign-in-submit">
          {t.signIn}
        </Button>
      </form>
    </div>
  );
}

/** A refused sign-in is about what was typed, not about a sign-in that ran out. */
function refusalText(code: string, has_otp: boolean): string {
  if (code === "forbidden") return boardText.peek().notStaff;
  if (code === "unauthorized") return textForCode(has_otp ? "wrong_otp" : "wrong_credentials");
  return textForCode(code);
}
