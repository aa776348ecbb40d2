// Numbers that are scanned or typed: cards (domain/readers/rules/cards.py) and copies (domain/catalogue/rules/barcodes.py).

const LENGTH_MAX = 32;
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}\p{Zs}]*$/u;
const OWN_CARD = /^BD(\d{7})(\d)$/;

/** The card number as it is compared; null where it cannot be one. */
export function readCard(text: string): string | null {
  const number = text.replace(/[\s\x1c-\x1f\x85]+/g, "").toUpperCase();
  return number && [...number].length <= LENGTH_MAX && PRINTABLE.test(number) ? number : null;
}

/** The Luhn digit (ISO/IEC 7812-1, annex B). */
export function checkDigit(digits: string): string {
  let total = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  });
  return String((10 - (total % 10)) % 10);
}

/** The serial of a card number of the product's own making, or null for another's. */
export function serialOf(number: string): number | null {
  const match = OWN_CARD.exec(number);
  return match ? Number(match[1]) : null;
}

export function cardNumber(serial: number): string {
  const digits = String(serial).padStart(7, "0");
  return `BD${digits}${checkDigit(digits)}`;
}

/** Says whether it looks like a card of our own making whose check digit is wrong. */
export function isMistyped(number: string): boolean {
  const serial = serialOf(number);
  return serial !== null && cardNumber(serial) !== number;
}

/** The barcode as it is compared: trimmed, upper case, without marks; null where it cannot be one. */
export function readBarcode(text: string): string | null {
  let barcode = text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "").toUpperCase();
  if (/[^\0-\x7f]/.test(barcode)) {
    barcode = barcode.replaceAll("Đ", "D").normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC");
  }
  const isSound = barcode && [...barcode].length <= LENGTH_MAX && !barcode.includes(":");
  return isSound && /^(?:[^\p{C}\p{Z}]| )*$/u.test(barcode) ? barcode : null;
}

/** Prefix and digits of a barcode that ends in a number. */
export function splitNumber(barcode: string): [string, string] | null {
  const match = /^(.*\D)(\d{1,15})$/s.exec(barcode);
  return match ? [match[1] ?? "", match[2] ?? ""] : null;
}
