// The camera as a scanner: the browser's own reader of barcodes where it has one, else zxing, loaded when first needed.

const FORMATS = ["code_128", "code_39", "ean_13", "ean_8", "itf", "codabar", "qr_code"] as const;
/** The same code held before the camera counts again only after so long. */
const AGAIN_MS = 2500;

interface Reader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface ReaderClass {
  new (options: { formats: string[] }): Reader;
  getSupportedFormats(): Promise<string[]>;
}

export class CameraFailed extends Error {
  constructor(readonly code: "camera_denied" | "camera_none") {
    super(code);
  }
}

/** Whether this browser reads barcodes by itself; otherwise a scanner of 400 KB is kept for it. */
export async function hasOwnReader(): Promise<boolean> {
  const own = (globalThis as { BarcodeDetector?: ReaderClass }).BarcodeDetector;
  if (!own) return false;
  // Some desktop browsers have the class and can read nothing.
  return (await own.getSupportedFormats().catch((): string[] => [])).includes("code_128");
}

async function reader(): Promise<Reader> {
  const formats = [...FORMATS];
  if (await hasOwnReader()) return new (globalThis as unknown as { BarcodeDetector: ReaderClass }).BarcodeDetector({ formats });
  const { BarcodeDetector } = await import("./zxing.ts");
  return new BarcodeDetector({ formats }) as Reader;
}

/** Show the camera in `video` and read codes until `stop` is called. Raises CameraFailed. */
export async function watch(video: HTMLVideoElement, read: (code: string) => void): Promise<{ stop: () => void; light: (() => Promise<void>) | null }> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      audio: false,
    });
  } catch (error) {
    throw new CameraFailed(error instanceof DOMException && error.name === "NotAllowedError" ? "camera_denied" : "camera_none");
  }
  let isOver = false;
  const stop = () => {
    isOver = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const eyes = await reader();
    void look(eyes, video, read, () => isOver);
  } catch {
    stop();
    throw new CameraFailed("camera_none");
  }
  return { stop, light: lightOf(stream) };
}

async function look(eyes: Reader, video: HTMLVideoElement, read: (code: string) => void, isOver: () => boolean): Promise<void> {
  const seen = new Map<string, number>();
  while (!isOver()) {
    const found = video.readyState >= video.HAVE_CURRENT_DATA ? await eyes.detect(video).catch(() => []) : [];
    const now = performance.now();
    for (const { rawValue } of found) {
      const last = seen.get(rawValue);
      seen.set(rawValue, now);
      if (rawValue && !isOver() && (last === undefined || now - last > AGAIN_MS)) read(rawValue);
    }
    await new Promise((resolve) => setTimeout(resolve, 120)); // eight looks a second keep an old telephone cool
  }
}

function lightOf(stream: MediaStream): (() => Promise<void>) | null {
  const track = stream.getVideoTracks()[0];
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (!track || !can?.torch) return null;
  let isOn = false;
  return async () => {
    isOn = !isOn;
    await track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] });
  };
}
