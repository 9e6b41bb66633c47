// Makes a photo small enough to send, and smaller still for the sender's own bubble.

const LARGEST = 4 * 1024 * 1024; // bytes; the server takes 5 MB, and on the way it becomes a third larger
const SHOWN = 560; // pixels of the longer side in the bubble
const SENT = 2400; // pixels of the longer side when the photo itself is too large

/** { sent, shown }: two data URLs; `shown` is empty when the browser cannot read the picture (the server judges). */
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  const shown = bitmap ? drawn(bitmap, SHOWN, 0.8) : "";
  const sent = bitmap && file.size > LARGEST ? drawn(bitmap, SENT, 0.85) : await asDataUrl(file);
  bitmap?.close();
  return { sent, shown };
}

function drawn(bitmap, longest, quality) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", quality);
}

/** A file as it is handed in. */
export function asDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
