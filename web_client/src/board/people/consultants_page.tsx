/** The consultants: their profiles, and a preview of whom a question would go to. */

import { useSignal } from "@preact/signals";
import type { Listing } from "../../core/wire";
import { Avatar, Badge, Button, EmptyState, PeopleIcon, PlusIcon, Table, type Column } from "../../ui";
import { ListFrame } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import { languageName, presenceName } from "../names";
import type { Consultant } from "../payloads";
import { adminText, boardText } from "../texts";
import { ConsultantDialog } from "./consultant_dialog";
import { PreviewBox } from "./preview_box";

const PAGE = 100;

export function ConsultantsPage() {
  const t = adminText.value;
  const { api, directory } = useParts();
  const editing = useSignal<{ consultant: Consultant | null } | null>(null);
  const list = usePaged<Consultant>((cursor) => api.get<Listing<Consultant>>("/api/consultants", { limit: PAGE, cursor }), "all");
  const edit = (consultant: Consultant): void => {
    editing.value = { consultant };
  };
  return (
    <>
      <PageHead title={boardText.value.pages.consultants} about={t.consultantsAbout}>
        <Button kind="primary" testid="consultant-new" onClick={() => (editing.value = { consultant: null })}>
          <PlusIcon />
          {t.newConsultant}
        </Button>
      </PageHead>
      <PreviewBox />
      <ListFrame list={list}>
        {(consultants) => (
          <Table
            caption={boardText.value.pages.consultants}
            rows={consultants}
            row_key={(one) => one.id}
            row_testid="consultant-row"
            testid="consultants"
            onSelect={edit}
            columns={columns(edit)}
            empty={
              <EmptyState title={t.noConsultants} icon={<PeopleIcon />} testid="consultants-empty">
                <p>{t.noConsultantsDetail}</p>
              </EmptyState>
            }
          />
        )}
      </ListFrame>
      {editing.value !== null && (
        <ConsultantDialog
          consultant={editing.value.consultant}
          onSaved={(saved) => {
            list.put(saved);
            directory.put(saved);
          }}
          onClose={() => (editing.value = null)}
        />
      )}
    </>
  );
}

function columns(onEdit: (consultant: Consultant) => void): readonly Column<Consultant>[] {
  const t = adminText.value;
  return [
    {
      key: "name",
      label: t.name,
      sort_by: (one) => one.name,
      show: (one) => (
        <span class="cell-person">
          <Avatar name={one.name} id={one.id} />
          <span class="cell-main">
            <button
              type="button"
              class="link-button"
              onClick={(event) => {
                event.stopPropagation();
                onEdit(one);
              }}
            >
              {one.name}
            </button>
            {one.title !== undefined && <span class="quiet">{one.title}</span>}
          </span>
        </span>
      ),
    },
    { key: "skills", label: t.skills, is_extra: true, show: (one) => <Skills skills={one.skills} /> },
    { key: "languages", label: t.languages, is_extra: true, show: (one) => one.languages.map(languageName).join(" · ") },
    {
      key: "load",
      label: t.load,
      is_number: true,
      sort_by: (one) => one.open_sessions ?? 0,
      show: (one) => `${one.open_sessions ?? 0}/${one.capacity}`,
    },
    { key: "status", label: t.status, show: (one) => <State one={one} /> },
  ];
}

const SHOWN_SKILLS = 3;

function Skills({ skills }: { skills: readonly string[] }) {
  return (
    <span class="cell-tags">
      {skills.slice(0, SHOWN_SKILLS).map((skill) => (
        <Badge key={skill}>{skill}</Badge>
      ))}
      {skills.length > SHOWN_SKILLS && <span class="quiet">+{skills.length - SHOWN_SKILLS}</span>}
    </span>
  );
}

function State({ one }: { one: Consultant }) {
  if (one.is_active === false) return <Badge tone="warning">{adminText.value.inactive}</Badge>;
  const status = one.status ?? "offline";
  return <Badge tone={status === "online" ? "success" : "neutral"}>{presenceName(status)}</Badge>;
}
