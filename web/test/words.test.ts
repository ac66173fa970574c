import { afterEach, describe, expect, it } from "vitest";
import { type Catalogue, catalogue, chosenLanguage, count, ENGLISH, say } from "../src/words/words";

const ARABIC: Catalogue = {
  language: "ar",
  direction: "rtl",
  plurals: ["zero", "one", "two", "few", "many", "other"],
  words: { "Held until {time}": "محجوز حتى {time}" },
  counted: {
    "{count} message": [
      "لا رسائل",
      "رسالة",
      "رسالتان",
      "{count} رسائل",
      "{count} رسالة",
      "{count} رسالة",
    ],
  },
};

afterEach(() => {
  catalogue.value = ENGLISH;
});

describe("the words", () => {
  it("are English where no translation is there", () => {
    expect(say("Post an offer")).toBe("Post an offer");
    expect(count("{count} message", "{count} messages", 1)).toBe("1 message");
    expect(count("{count} message", "{count} messages", 0)).toBe("0 messages");
  });

  it("fill in blanks in the reader's language", () => {
    catalogue.value = ARABIC;
    expect(say("Held until {time}", { time: "14:05" })).toBe("محجوز حتى 14:05");
  });

  it.each([
    [0, "لا رسائل"],
    [1, "رسالة"],
    [2, "رسالتان"],
    [5, "5 رسائل"],
    [11, "11 رسالة"],
    [100, "100 رسالة"],
  ])("count %i as Arabic does", (number, expected) => {
    catalogue.value = ARABIC;
    expect(count("{count} message", "{count} messages", number)).toBe(expected);
  });

  it("are those that a browser wishes for, else German", () => {
    expect(chosenLanguage(["fr", "uk-UA"])).toBe("uk");
    expect(chosenLanguage(["fr"])).toBe("de");
  });
});
