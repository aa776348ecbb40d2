/// <reference types="svelte" />
/// <reference types="vite/client" />

/** Which build of the desk this is; tools/build.py says it. */
declare const __VERSION__: string;
