/** What is typed into a consultant's profile, checked and turned into a request. */

import type { PriceClass } from "../../core/wire";
import type { Consultant } from "../payloads";
import { accountProblems, type AccountProblem } from "./account_form";

export const MOST_CAPACITY = 50;
export const MOST_BIO = 2_000;
export const MOST_LINE = 80;
export const MOST_SKILLS = 30;

export interface ConsultantForm {
  username: string;
  password: string;
  name: string;
  title: string;
  bio: string;
  skills: string[];
  languages: string[];
  /** As typed. */
  capacity: string;
  specialty: string;
  /** Empty where none is stated. */
  price_class: PriceClass | "";
  is_active: boolean;
}

export type ConsultantField = keyof ConsultantForm;
export const CONSULTANT_FIELDS: readonly ConsultantField[] = [
  "username",
  "password",
  "name",
  "title",
  "bio",
  "skills",
  "languages",
  "capacity",
  "specialty",
  "price_class",
  "is_active",
];
export type ConsultantProblem = AccountProblem | "missing" | "too_long" | "too_many" | "out_of_range";

export const emptyConsultant: ConsultantForm = {
  username: "",
  password: "",
  name: "",
  title: "",
  bio: "",
  skills: [],
  languages: ["zh"],
  capacity: "3",
  specialty: "",
  price_class: "",
  is_active: true,
};

export function formOf(consultant: Consultant): ConsultantForm {
  return {
    username: "",
    password: "",
    name: consultant.name,
    title: consultant.title ?? "",
    bio: consultant.bio,
    skills: [...consultant.skills],
    languages: [...consultant.languages],
    capacity: String(consultant.capacity),
    specialty: consultant.specialty ?? "",
    price_class: consultant.price_class ?? "",
    is_active: consultant.is_active ?? true,
  };
}

/** `is_new` also asks for the account to sign in with. */
export function problemsOf(form: ConsultantForm, is_new: boolean): Partial<Record<ConsultantField, ConsultantProblem>> {
  const problems: Partial<Record<ConsultantField, ConsultantProblem>> = is_new ? accountProblems(form) : {};
  if (form.name.trim() === "") problems.name = "missing";
  for (const field of ["name", "title", "specialty"] as const) {
    if ([...form[field].trim()].length > MOST_LINE) problems[field] = "too_long";
  }
  if ([...form.bio.trim()].length > MOST_BIO) problems.bio = "too_long";
  if (form.skills.length > MOST_SKILLS) problems.skills = "too_many";
  else if (form.skills.some((skill) => [...skill].length > MOST_LINE)) problems.skills = "too_long";
  if (form.languages.length === 0) problems.languages = "missing";
  const capacity = Number(form.capacity);
  const is_count = /^\d+$/u.test(form.capacity.trim());
  if (!is_count || capacity < 1 || capacity > MOST_CAPACITY) problems.capacity = "out_of_range";
  return problems;
}

/** The body of the request; the account's part only for a new consultant. */
export function bodyOf(form: ConsultantForm, is_new: boolean): Record<string, unknown> {
  const { username, password, capacity, ...profile } = form;
  const body = { ...profile, name: profile.name.trim(), capacity: Number(capacity) };
  return is_new ? { username: username.trim(), password, ...body } : body;
}
