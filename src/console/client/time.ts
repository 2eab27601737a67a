const clock = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
});

export function timeOf(ms: number): string {
  return clock.format(ms);
}

export function dayOf(ms: number): string {
  return day.format(ms);
}

const dayAndYear = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
});

/** `2026/11/24(火)`: for what lies far ahead or back. */
export function yearDayOf(ms: number): string {
  return dayAndYear.format(ms);
}

const date = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', dateStyle: 'short' });

/** `2026-11-24`, in Japan: what a field of dates takes and gives. */
export function dateOf(ms: number): string {
  return date.format(ms);
}

/** The first instant of such a day in Japan; null for an empty field. */
export function dayStart(day: string): number | null {
  return day === '' ? null : Date.parse(`${day}T00:00:00+09:00`);
}

/** 「12分」「1時間05分」「3日」; under a minute 「1分未満」. */
export function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return '1分未満';
  if (minutes < 60) return `${minutes}分`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}時間${String(minutes % 60).padStart(2, '0')}分`;
  return `${Math.floor(hours / 24)}日`;
}

/** `2026-11-24 20:00:00`, in Japan: what an auditor holds against other records. */
export const fullTime = (at: number): string =>
  new Date(at + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
