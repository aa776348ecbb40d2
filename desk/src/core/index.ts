export { openDesk, type OpenDesk } from "./desk";
export { joinSeries } from "./carrying";
export type { Options } from "./env";
export * from "./types";
