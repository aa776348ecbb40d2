import { expect, test } from "vitest";
import { DeskClock, written } from "../clock";

/** A machine whose two clocks a test moves. */
function machine(wall: number): { now: () => number; monotonic: () => number; pass: (ms: number) => void; set: (ms: number) => void; sleep: (ms: number) => void } {
  let mono = 1000;
  let now = wall;
  return {
    now: () => now,
    monotonic: () => mono,
    pass: (ms) => void ((now += ms), (mono += ms)),
    set: (ms) => void (now += ms),
    sleep: (ms) => void (now += ms),
  };
}

const DAY = 86_400_000;

test("before any contact: the device's own time, and little trust in it", () => {
  const clock = new DeskClock(machine(1_800_000_000_000), null);
  expect(clock.read()).toMatchObject({ now: 1_800_000_000_000, off: 0, unc: 600_000, at: 1_800_000_000_000 });
  expect(clock.offset).toBeNull();
});

test("measured by an answer: half the round trip is what is not known", () => {
  const its = machine(1_000_000_000_000);
  const clock = new DeskClock(its, null);
  its.pass(800);
  clock.learn(1_000_000_000_000, 1_000_000_000_800, 1_000_000_005_400);
  expect(clock.read()).toMatchObject({ off: 5000, unc: 401, at: 1_000_000_005_800 });
  its.pass(DAY);
  expect(clock.read().unc).toBe(401 + 4320); // cheap quartz
});

test("a slow answer does not spoil a good measurement, one that contradicts it does", () => {
  const its = machine(1_000_000_000_000);
  const clock = new DeskClock(its, { offset: 100, unc: 50, at: 1_000_000_000_000 });
  clock.learn(1_000_000_000_000, 1_000_000_060_000, 1_000_000_010_000);
  expect(clock.offset).toBe(100);
  clock.learn(1_000_000_000_000, 1_000_000_000_100, 1_000_003_600_050);
  expect(clock.offset).toBe(3_600_000);
});

test("set back between contacts: noticed by the clock that nobody sets; a sleep is no setting", () => {
  const its = machine(1_000_000_000_000);
  const clock = new DeskClock(its, { offset: 0, unc: 50, at: 1_000_000_000_000 });
  its.pass(60_000);
  its.set(-DAY);
  expect(clock.watch()).toMatchObject({ offset: DAY });
  expect(clock.read().at).toBe(1_000_000_060_000);
  its.sleep(8 * 3_600_000);
  expect(clock.watch()).toBeNull();
  expect(clock.read().at).toBe(1_000_000_060_000 + 8 * 3_600_000);
});

test("written with the zone of the device", () => {
  const instant = Date.parse("2026-12-27T02:14:03.120Z");
  expect(Date.parse(written(instant))).toBe(instant);
  expect(written(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.120[+-]\d\d:\d\d$/);
});
