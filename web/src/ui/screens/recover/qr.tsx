/** A QR code of elements, so that it prints sharp and needs no image. */

import encodeQR from "qr";

interface QrProps {
  readonly text: string;
  readonly label: string;
  /** What it says stands beside it for programs that read the screen. */
  readonly isPublic?: boolean;
}

/** Quiet modules around it; scanners want four. */
const BORDER = 4;

export function QrCode({ text, label, isPublic }: QrProps) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: BORDER });
  return (
    <svg
      class="qr"
      data-text={isPublic ? text : undefined}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path fill="#000" d={rows.map(rowPath).join("")} />
    </svg>
  );
}

function rowPath(row: readonly boolean[], y: number): string {
  return row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join("");
}
