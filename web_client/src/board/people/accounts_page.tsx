/** Everybody's accounts: find, make, promote, block. */

import { useSignal } from "@preact/signals";
import { formatMoment } from "../../core/i18n";
import type { Listing, Role } from "../../core/wire";
import { Avatar, Badge, Button, EditIcon, EmptyState, Field, Menu, MoreIcon, PersonIcon, PlusIcon, Select, Table, type Column } from "../../ui";
import { chosenCount, FilterBar } from "../frame/filter_bar";
import { ListFrame } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import type { PagedList } from "../frame/paged_list";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import { accountStatusName, roleName } from "../names";
import type { Account } from "../payloads";
import { adminText, boardText } from "../texts";
import { BlockDialog, NewAccountDialog, PasswordDialog, RoleDialog } from "./account_dialogs";
import { ROLES } from "./account_form";

const PAGE = 50;

type Filters = { role: "" | Role; status: "" | "active" | "blocked"; username: string };
type Window = { name: "new" } | { name: "role" | "block" | "password"; account: Account };

const noFilters: Filters = { role: "", status: "", username: "" };

export function AccountsPage() {
  const t = adminText.value;
  const { api } = useParts();
  const filters = useSignal<Filters>(noFilters);
  const window = useSignal<Window | null>(null);
  const list = usePaged<Account>(
    (cursor) => api.get<Listing<Account>>("/api/accounts", { ...filters.peek(), username: filters.peek().username.trim(), limit: PAGE, cursor }),
    filters.value,
  );
  const is_filtered = chosenCount(filters.value) > 0;
  return (
    <>
      <PageHead title={boardText.value.pages.accounts} about={t.accountsAbout}>
        <Button kind="primary" testid="account-new" onClick={() => (window.value = { name: "new" })}>
          <PlusIcon />
          {t.newAccount}
        </Button>
      </PageHead>
      <AccountFilters filters={filters.value} onChange={(change) => (filters.value = { ...filters.value, ...change })} />
      <ListFrame list={list}>
        {(accounts) => (
          <Table
            caption={boardText.value.pages.accounts}
            rows={accounts}
            row_key={(one) => one.id}
            row_testid="account-row"
            testid="accounts"
            columns={columns((next) => (window.value = next))}
            empty={<EmptyState title={is_filtered ? t.noAccountFound : t.noAccounts} icon={<PersonIcon />} testid="accounts-empty" />}
          />
        )}
      </ListFrame>
      {window.value !== null && <OpenWindow window={window.value} list={list} onClose={() => (window.value = null)} />}
    </>
  );
}

function OpenWindow({ window, list, onClose }: { window: Window; list: PagedList<Account>; onClose: () => void }) {
  const onSaved = (account: Account): void => list.put(account);
  switch (window.name) {
    case "new":
      return <NewAccountDialog onSaved={onSaved} onClose={onClose} />;
    case "role":
      return <RoleDialog account={window.account} onSaved={onSaved} onClose={onClose} />;
    case "block":
      return <BlockDialog account={window.account} onSaved={onSaved} onClose={onClose} />;
    case "password":
      return <PasswordDialog account={window.account} onSaved={onSaved} onClose={onClose} />;
  }
}

function AccountFilters({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const t = adminText.value;
  const everything = { value: "" as const, label: boardText.value.all };
  return (
    <FilterBar chosen={chosenCount(filters)}>
      <div class="filters__wide">
        <Field
          label={t.wholeUsername}
          type="search"
          testid="filter-username"
          autocomplete="off"
          value={filters.username}
          onInput={(username) => onChange({ username })}
        />
      </div>
      <Select
        label={t.role}
        testid="filter-role"
        value={filters.role}
        options={[everything, ...ROLES.map((value) => ({ value, label: roleName(value) }))]}
        onChange={(role) => onChange({ role })}
      />
      <Select
        label={t.status}
        testid="filter-status"
        value={filters.status}
        options={[everything, ...(["active", "blocked"] as const).map((value) => ({ value, label: accountStatusName(value) }))]}
        onChange={(status) => onChange({ status })}
      />
    </FilterBar>
  );
}

function columns(open: (window: Window) => void): readonly Column<Account>[] {
  const t = adminText.value;
  return [
    {
      key: "name",
      label: t.name,
      show: (one) => (
        <span class="cell-person">
          <Avatar name={one.name} id={one.id} />
          <span class="cell-main">
            <strong>{one.name}</strong>
            <span class="quiet">{one.username ?? "–"}</span>
          </span>
        </span>
      ),
    },
    { key: "role", label: t.role, show: (one) => <Badge tone={one.role === "user" ? "neutral" : "accent"}>{roleName(one.role)}</Badge> },
    {
      key: "status",
      label: t.status,
      is_extra: true,
      show: (one) => <Badge tone={one.status === "active" ? "success" : "danger"}>{accountStatusName(one.status)}</Badge>,
    },
    { key: "created", label: t.createdAt, is_extra: true, show: (one) => <time dateTime={one.created_at}>{formatMoment(one.created_at)}</time> },
    { key: "acts", label: "", is_number: true, show: (one) => <AccountMenu account={one} open={open} /> },
  ];
}

function AccountMenu({ account, open }: { account: Account; open: (window: Window) => void }) {
  const t = adminText.value;
  const { self } = useParts();
  const is_self = account.id === self.id;
  const has_login = account.username !== null;
  if (is_self) return <span class="quiet">{t.thatIsYou}</span>;
  return (
    <Menu
      label={t.actsFor({ name: account.name })}
      icon={<MoreIcon />}
      testid="account-menu"
      entries={[
        { kind: "item", label: t.changeRole, icon: <EditIcon />, disabled: !has_login, testid: "account-role", onSelect: () => open({ name: "role", account }) },
        { kind: "item", label: t.newPassword, disabled: !has_login, testid: "account-password", onSelect: () => open({ name: "password", account }) },
        { kind: "line" },
        {
          kind: "item",
          label: account.status === "blocked" ? t.unblock : t.block,
          danger: account.status !== "blocked",
          testid: "account-block",
          onSelect: () => open({ name: "block", account }),
        },
      ]}
    />
  );
}
