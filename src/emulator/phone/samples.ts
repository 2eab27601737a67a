type Sample = { type: string; data: string };

/** A picture to send: an evening sky, drawn on the spot. */
export async function pictureSample(): Promise<Sample> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [480, 320];
  const pen = canvas.getContext('2d');
  if (pen) {
    const sky = pen.createLinearGradient(0, 0, 0, 320);
    sky.addColorStop(0, '#31507a');
    sky.addColorStop(0.6, '#c9838a');
    sky.addColorStop(1, '#f2c38b');
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 480, 320);
    pen.fillStyle = '#fbe6b4';
    pen.beginPath();
    pen.arc(330, 205, 34, 0, 7);
    pen.fill();
    pen.fillStyle = '#2c3a4f';
    pen.beginPath();
    pen.moveTo(0, 320);
    for (const [x, y] of [
      [0, 250],
      [90, 215],
      [170, 255],
      [280, 200],
      [390, 250],
      [480, 225],
      [480, 320],
    ] as const)
      pen.lineTo(x, y);
    pen.fill();
  }
  const data = canvas.toDataURL('image/png');
  return { type: 'image/png', data: data.slice(data.indexOf(',') + 1) };
}

/** A voice to send: a second of a soft tone, as WAV. */
export function voiceSample(): Sample {
  const [rate, seconds] = [8_000, 1];
  const bytes = new Uint8Array(44 + rate * seconds);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, 'data');
  view.setUint32(40, rate * seconds, true);
  for (let index = 0; index < rate * seconds; index++)
    bytes[44 + index] = 128 + Math.round(28 * Math.sin((2 * Math.PI * 330 * index) / rate));
  return { type: 'audio/wav', data: btoa(String.fromCharCode(...bytes)) };
}
