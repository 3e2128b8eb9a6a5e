/** Fetches what needs a bearer and hands it to the browser as a file. */

import type { Api } from "./api";
import type { FileId, SessionId } from "./wire";

export type TranscriptFormat = "txt" | "html" | "json";

/** Rejects with an `ApiError`. */
export async function downloadTranscript(api: Api, id: SessionId, format: TranscriptFormat): Promise<void> {
  const blob = await api.download(`/api/sessions/${encodeURIComponent(id)}/transcript`, { format });
  saveAs(blob, `wenjin-${id}.${format}`);
}

export async function downloadFile(api: Api, id: FileId, name: string): Promise<void> {
  saveAs(await api.download(`/api/files/${encodeURIComponent(id)}`), name);
}

export function saveAs(blob: Blob, name: string): void {
  // Saved, never shown: as an opaque type no browser renders it inside our origin.
  const address = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
