/** Signing in and making an account, so that a person can come back on another device. */

import { useSignal } from "@preact/signals";
import { register, signIn } from "../core/account";
import { textForFailure } from "../core/error_text";
import { Button, Dialog, DialogActions, Field, tell } from "../ui";
import type { Chat } from "./chat";
import { chatText } from "./texts";

export type AccountForm = "sign_in" | "register";

const SHORTEST_PASSWORD = 8;

interface AccountDialogProps {
  chat: Chat;
  form: AccountForm;
  onSwitch: (form: AccountForm) => void;
  onClose: () => void;
}

export function AccountDialog({ chat, form, onSwitch, onClose }: AccountDialogProps) {
  const t = chatText.value;
  const username = useSignal("");
  const password = useSignal("");
  const name = useSignal("");
  const otp = useSignal<string | null>(null);
  const error = useSignal<string | null>(null);
  const is_busy = useSignal(false);
  const is_new = form === "register";
  const is_ready = username.value.trim() !== "" && password.value.length >= (is_new ? SHORTEST_PASSWORD : 1);

  const come = async (): Promise<boolean> => {
    const credentials = { username: username.value.trim(), password: password.value };
    const { api } = chat.parts;
    if (is_new) {
      await register(api, name.value.trim() === "" ? credentials : { ...credentials, name: name.value.trim() });
      return true;
    }
    const outcome = await signIn(api, otp.value === null ? credentials : { ...credentials, otp: otp.value });
    if (outcome.kind === "otp_required") otp.value = "";
    return outcome.kind === "signed_in";
  };
  const submit = async (): Promise<void> => {
    is_busy.value = true;
    error.value = null;
    try {
      if (await come()) {
        chat.wasSignedOut.value = false;
        tell(t.welcomeBack({ name: chat.person.value?.name ?? username.value }));
        onClose();
      }
    } catch (failure) {
      error.value = textForFailure(failure);
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <Dialog title={is_new ? t.register : t.signIn} onClose={onClose} testid="account-dialog">
      <p class="quiet">{is_new ? t.registerDetail : t.signInDetail}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (is_ready) void submit();
        }}
      >
        <Field label={t.username} value={username.value} onInput={(text) => (username.value = text)} autocomplete="username" required autofocus />
        <Field
          label={t.password}
          type="password"
          value={password.value}
          hint={is_new ? t.passwordHint : undefined}
          onInput={(text) => (password.value = text)}
          autocomplete={is_new ? "new-password" : "current-password"}
          required
        />
        {is_new && <Field label={t.name} value={name.value} onInput={(text) => (name.value = text)} autocomplete="nickname" />}
        {otp.value !== null && (
          <Field label={t.otp} value={otp.value} inputmode="numeric" onInput={(text) => (otp.value = text)} autocomplete="one-time-code" autofocus />
        )}
        {error.value !== null && (
          <p class="form__error" role="alert">
            {error.value}
          </p>
        )}
        <DialogActions>
          <Button kind="quiet" onClick={() => onSwitch(is_new ? "sign_in" : "register")}>
            {is_new ? t.haveAccount : t.noAccount}
          </Button>
          <Button type="submit" kind="primary" busy={is_busy.value} disabled={!is_ready} testid="account-submit">
            {is_new ? t.register : t.signIn}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
