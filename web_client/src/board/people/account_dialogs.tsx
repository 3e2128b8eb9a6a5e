/** The windows over the accounts: a new one, another role, a new password, blocked or not. */

import { useSignal } from "@preact/signals";
import { codeOf } from "../../core/failures";
import type { Api } from "../../core/api";
import type { Role } from "../../core/wire";
import { Button, ConfirmDialog, Dialog, DialogActions, Field, Select, tell, tellFailure } from "../../ui";
import { uiText } from "../../ui/texts";
import { act, attempt } from "../frame/attempt";
import { useParts } from "../frame/parts";
import { refusedFields } from "../frame/refusals";
import { roleName } from "../names";
import type { Account } from "../payloads";
import { adminText } from "../texts";
import { accountProblems, ROLES, SHORTEST_PASSWORD, STAFF_ROLES, type AccountForm, type AccountProblem } from "./account_form";

interface AccountDialogProps {
  account: Account;
  onSaved: (account: Account) => void;
  onClose: () => void;
}

export function NewAccountDialog({ onSaved, onClose }: Omit<AccountDialogProps, "account">) {
  const t = adminText.value;
  const editor = useAccountEditor();
  const submit = async (): Promise<void> => {
    const account = await editor.save();
    if (account === null) return;
    onSaved(account);
    tell(t.accountCreated({ name: account.name }));
    onClose();
  };
  return (
    <Dialog title={t.newAccount} onClose={onClose} testid="account-dialog">
      <form
        class="form"
        data-testid="account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <RoleSelect value={editor.form.value.role} roles={STAFF_ROLES} onChange={(role) => editor.change({ role })} />
        <Field
          label={t.username}
          value={editor.form.value.username}
          autocomplete="off"
          autofocus
          testid="account-username"
          error={editor.usernameError()}
          onInput={(username) => editor.change({ username })}
        />
        <PasswordField value={editor.form.value.password} error={editor.passwordError()} onInput={(password) => editor.change({ password })} />
        <Field label={t.name} value={editor.form.value.name} testid="account-name" maxlength={60} onInput={(name) => editor.change({ name })} />
        <DialogActions>
          <Button onClick={onClose}>{uiText.value.cancel}</Button>
          <Button type="submit" kind="primary" busy={editor.is_busy.value} testid="account-save">
            {t.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The state of the form; `save` gives the new account, or null when it was not made. */
function useAccountEditor() {
  const { api } = useParts();
  const form = useSignal<AccountForm>({ username: "", password: "", name: "", role: "consultant" });
  const is_checked = useSignal(false);
  const is_busy = useSignal(false);
  const refused = useSignal<"username_taken" | "refused" | null>(null);
  const problems = is_checked.value ? accountProblems(form.value) : {};

  const change = (part: Partial<AccountForm>): void => {
    form.value = { ...form.value, ...part };
    if ("username" in part) refused.value = null;
  };
  const save = async (): Promise<Account | null> => {
    is_checked.value = true;
    if (is_busy.value || Object.keys(accountProblems(form.value)).length > 0) return null;
    is_busy.value = true;
    const { username, name, ...rest } = form.value;
    const named = name.trim() === "" ? rest : { ...rest, name: name.trim() };
    try {
      return await api.post<Account>("/api/accounts", { ...named, username: username.trim() });
    } catch (failure) {
      if (codeOf(failure) === "conflict") refused.value = "username_taken";
      else if (refusedFields(failure, ["username"]).length > 0) refused.value = "refused";
      else tellFailure(failure);
      return null;
    } finally {
      is_busy.value = false;
    }
  };
  const usernameError = (): string | null => problemText(refused.value ?? problems.username);
  const passwordError = (): string | null => problemText(problems.password);
  return { form, is_busy, change, save, usernameError, passwordError };
}

export function RoleDialog({ account, onSaved, onClose }: AccountDialogProps) {
  const t = adminText.value;
  const { api, directory } = useParts();
  const role = useSignal<Role>(account.role);
  const save = async (): Promise<void> => {
    const is_done = await attempt(async () => onSaved(await changed(api, account, { role: role.value })));
    if (!is_done) return;
    // A consultant comes with a profile, and leaves with it.
    void directory.load();
    tell(t.saved);
    onClose();
  };
  return (
    <ConfirmDialog title={t.changeRole} confirm={t.save} onConfirm={save} onClose={onClose}>
      <div class="form">
        <RoleSelect value={role.value} roles={ROLES} onChange={(value) => (role.value = value)} />
        <p class="quiet">{t.roleDetail({ name: account.name })}</p>
      </div>
    </ConfirmDialog>
  );
}

export function BlockDialog({ account, onSaved, onClose }: AccountDialogProps) {
  const t = adminText.value;
  const { api } = useParts();
  const is_blocked = account.status === "blocked";
  const set = async (status: "active" | "blocked"): Promise<void> => onSaved(await changed(api, account, { status }));
  const save = async (): Promise<void> => {
    if (!(await attempt(() => set(is_blocked ? "active" : "blocked")))) return;
    onClose();
    if (is_blocked) tell(t.unblocked({ name: account.name }));
    else tell(t.blocked({ name: account.name }), { label: t.undo, run: () => act(() => set("active")) });
  };
  return (
    <ConfirmDialog
      title={is_blocked ? t.unblockTitle({ name: account.name }) : t.blockTitle({ name: account.name })}
      confirm={is_blocked ? t.unblock : t.block}
      danger={!is_blocked}
      onConfirm={save}
      onClose={onClose}
    >
      <p>{is_blocked ? t.unblockDetail : t.blockDetail}</p>
    </ConfirmDialog>
  );
}

export function PasswordDialog({ account, onSaved, onClose }: AccountDialogProps) {
  const t = adminText.value;
  const { api } = useParts();
  const password = useSignal("");
  const is_checked = useSignal(false);
  const is_short = [...password.value].length < SHORTEST_PASSWORD;
  const save = async (): Promise<void> => {
    is_checked.value = true;
    if (is_short) return;
    if (!(await attempt(async () => onSaved(await changed(api, account, { password: password.value }))))) return;
    tell(t.passwordSet({ name: account.name }));
    onClose();
  };
  return (
    <ConfirmDialog title={t.newPassword} confirm={t.save} onConfirm={save} onClose={onClose}>
      <div class="form">
        <PasswordField
          value={password.value}
          error={is_checked.value && is_short ? t.problems.password_short : null}
          onInput={(value) => (password.value = value)}
        />
        <p class="quiet">{t.roleDetail({ name: account.name })}</p>
      </div>
    </ConfirmDialog>
  );
}

function RoleSelect({ value, roles, onChange }: { value: Role; roles: readonly Role[]; onChange: (role: Role) => void }) {
  const t = adminText.value;
  return (
    <Select
      label={t.role}
      hint={t.roleHints[value]}
      testid="account-role-select"
      value={value}
      options={roles.map((role) => ({ value: role, label: roleName(role) }))}
      onChange={onChange}
    />
  );
}

function PasswordField({ value, error, onInput }: { value: string; error: string | null; onInput: (value: string) => void }) {
  const t = adminText.value;
  return (
    <Field
      label={t.password}
      type="password"
      value={value}
      autocomplete="new-password"
      testid="account-new-password"
      hint={t.passwordHint({ least: SHORTEST_PASSWORD })}
      error={error}
      onInput={onInput}
    />
  );
}

function problemText(problem: AccountProblem | "username_taken" | "refused" | undefined): string | null {
  return problem === undefined ? null : adminText.value.problems[problem];
}

function changed(api: Api, account: Account, change: Record<string, unknown>): Promise<Account> {
  return api.put<Account>(`/api/accounts/${encodeURIComponent(account.id)}`, change);
}
