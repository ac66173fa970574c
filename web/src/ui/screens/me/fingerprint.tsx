/** A key's fingerprint in groups of four digits, to be compared by people. */

export function Fingerprint({ digits }: { digits: string }) {
  return (
    <p class="fingerprint" dir="ltr">
      {digits.replace(/.{4}(?=.)/g, "$& ")}
    </p>
  );
}
