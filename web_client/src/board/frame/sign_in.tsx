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
  const form = useSignIn(api);
  const code = form.refusal.value;
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
          void form.submit();
        }}
      >
        <header class="gate__head">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <h1>{t.title}</h1>
          <p class="quiet">{t.signInDetail}</p>
        </header>
        <Credentials form={form} />
        {code !== null && (
          <p class="form-error" role="alert" data-testid="sign-in-error">
            {refusalText(code, form.otp.value !== null)}{" "}
            {code === "forbidden" && <a href="/">{t.toChat}</a>}
          </p>
        )}
        <Button type="submit" kind="primary" wide busy={form.is_busy.value} disabled={!form.isReady()} testid="sign-in-submit">
          {t.signIn}
        </Button>
      </form>
    </div>
  );
}

function Credentials({ form }: { form: ReturnType<typeof useSignIn> }) {
  const t = boardText.value;
  const { username, password, otp } = form;
  return (
    <>
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
    </>
  );
}

/** The state of the form; `otp` is null until a code is asked for, `refusal` is the code of the last refusal. */
function useSignIn(api: Api) {
  const username = useSignal("");
  const password = useSignal("");
  const otp = useSignal<string | null>(null);
  const refusal = useSignal<string | null>(null);
  const is_busy = useSignal(false);
  const isReady = (): boolean => username.value.trim() !== "" && password.value !== "" && otp.value !== "";

  const submit = async (): Promise<void> => {
    if (!isReady() || is_busy.value) return;
    is_busy.value = true;
    refusal.value = null;
    const form = { username: username.value.trim(), password: password.value };
    try {
      const outcome = await signInStaff(api, otp.value === null ? form : { ...form, otp: otp.value });
      if (outcome.kind === "otp_required") otp.value = "";
    } catch (failure) {
      refusal.value = codeOf(failure);
    } finally {
      is_busy.value = false;
    }
  };
  return { username, password, otp, refusal, is_busy, isReady, submit };
}

/** A refused sign-in is about what was typed, not about a sign-in that ran out. */
function refusalText(code: string, has_otp: boolean): string {
  if (code === "forbidden") return boardText.value.notStaff;
  if (code === "unauthorized") return textForCode(has_otp ? "wrong_otp" : "wrong_credentials");
  return textForCode(code);
}
