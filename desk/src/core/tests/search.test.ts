import { describe, expect, test } from "vitest";
import { TextIndex } from "../search";
import { titles } from "./titles";

function indexOf(...lines: [string, string, string?][]): TextIndex {
  const index = new TextIndex();
  for (const [id, main, second = ""] of lines) index.put({ id, main, second });
  return index;
}

/** Milliseconds of the processor, whatever else the machine has to do. */
function cpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe("search", () => {
  const index = indexOf(
    ["men", "Dế Mèn phiêu lưu ký", "Tô Hoài"],
    ["man", "Cây mận ở Bắc Hà"],
    ["man2", "Man rợ và văn minh"],
    ["chi", "Chí Phèo", "Nam Cao"],
    ["nam", "Đất rừng phương Nam", "Đoàn Giỏi"],
    ["toan", "Toán lớp 10.000 bài", "Nhóm tác giả"],
  );

  test.each([
    ["de men", ["men"]],
    ["DẾ MÈN", ["men"]],
    ["men de", ["men"]],
    ["phieu lu", ["men"]], // the last word is not finished
    ["hoai de men", ["men"]], // with the author
    ["mận", ["man", "man2"]], // exact marks first
    ["man", ["man2", "man"]],
    ["nam", ["nam", "chi"]], // a title before an author
    ["hieu", ["men"]], // inside a word, where nothing begins so
    ["10000", ["toan"]],
    ["de men khong co", []],
    ["", []],
    [" ; ", []],
  ])("%s", (query, found) => expect(index.find(query, 10)).toEqual(found));

  test("changed and removed lines", () => {
    const own = indexOf(["1", "Sách một"], ["2", "Sách hai"]);
    own.put({ id: "1", main: "Truyện một", second: "" });
    own.remove("2");
    expect(own.find("sach", 10)).toEqual([]);
    expect(own.find("mot", 10)).toEqual(["1"]);
    own.clear();
    expect(own.find("mot", 10)).toEqual([]);
  });

  test("every title is found by its own words, among the first", () => {
    const lines = titles(2_000);
    const many = new TextIndex();
    for (const line of lines) many.put(line);
    for (const line of lines.slice(0, 300)) {
      const same = lines.filter((one) => one.main === line.main).map((one) => one.id);
      expect(same).toContain(many.find(line.main, 5)[0]);
    }
  });

  test("20,000 titles: printed, not judged; machines differ", () => {
    const lines = titles(20_000);
    const many = new TextIndex();
    const built = cpu(() => {
      for (const line of lines) many.put(line);
      many.find("x", 1);
    });
    const queries = ["d", "de", "de men", "dế mèn phiêu lưu", "a", "nguoi", "van hoa tay", "tap 1", "nguyen", "khongcogi", "ong gia va bi"];
    const times = queries.map((query) => {
      for (let warm = 0; warm < 3; warm++) many.find(query, 20);
      return cpu(() => Array.from({ length: 10 }, () => many.find(query, 20))) / 10;
    });
    const worst = Math.max(...times);
    const figures = { "fold and join, CPU ms": Math.round(built), "worst query, CPU ms": Number(worst.toFixed(1)), "of 50 ms on a processor 4 times slower": `${Math.round((worst * 4 * 100) / 50)} %` };
    console.info("search over 20,000 titles", figures, Object.fromEntries(queries.map((query, at) => [query, Number(times[at]?.toFixed(1))])));
    expect(many.find("de men", 20)).toHaveLength(20);
  });
});
