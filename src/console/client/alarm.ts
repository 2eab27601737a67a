import { useEffect, useRef, useState } from 'react';
import type { Entry } from './api.ts';
import { useRemembered } from './remember.ts';

/** How often the sound comes again, by how serious it is. */
const every = { danger: 4_000, waiting: 15_000 } as const;
type Urgency = keyof typeof every;

export type Alarm = { on: boolean; toggle(): void; blocked: boolean };

/**
 * Sounds, flashes the title and notifies while somebody waits, until they are accepted. The sound goes on by itself
 * because one missed beep must not mean a missed person; on or off is remembered.
 */
export function useAlarm(entries: readonly Entry[], onDuty: boolean): Alarm {
  const [choice, setChoice] = useRemembered('sound', 'on');
  const on = choice === 'on';
  const waiting = entries.filter((entry) => entry.state === 'waiting' && entry.actions.includes('accept'));
  const danger = waiting.filter((entry) => entry.level === 'high' || entry.level === 'imminent').length;
  const urgency: Urgency | null = danger > 0 ? 'danger' : waiting.length > 0 ? 'waiting' : null;
  const ring = useRinger();
  const sounding = on && onDuty && urgency !== null ? urgency : null;

  useEffect(() => {
    if (!sounding) return;
    ring.play(sounding);
    const again = setInterval(() => ring.play(sounding), every[sounding]);
    return () => clearInterval(again);
  }, [sounding, ring.play]);

  useTitle(waiting.length, danger);
  useNotification(waiting.map((entry) => `${entry.id}.${entry.level}`).join(' '), on && onDuty);
  const toggle = () => {
    setChoice(on ? 'off' : 'on');
    if (!on && 'Notification' in window && Notification.permission === 'default')
      void Notification.requestPermission();
  };
  return { on, toggle, blocked: on && onDuty && ring.blocked };
}

/** Two soft tones, made here: no file to load. Browsers stay silent until the page was touched once: `blocked`. */
function useRinger() {
  const audio = useRef<AudioContext | null>(null);
  const [blocked, setBlocked] = useState(false);
  const [play] = useState(() => (urgency: Urgency) => {
    audio.current ??= new AudioContext();
    const context = audio.current;
    setBlocked(context.state === 'suspended');
    if (context.state === 'suspended') return;
    const tones = urgency === 'danger' ? [880, 660, 880] : [660, 880];
    for (const [index, pitch] of tones.entries()) tone(context, pitch, context.currentTime + index * 0.22);
  });

  useEffect(() => {
    const wake = () => void audio.current?.resume().then(() => setBlocked(false));
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
    return () => {
      removeEventListener('pointerdown', wake);
      removeEventListener('keydown', wake);
    };
  }, []);
  return { play, blocked };
}

function tone(context: AudioContext, pitch: number, at: number): void {
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: pitch });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.22);
}

function useTitle(waiting: number, danger: number): void {
  useEffect(() => {
    const plain = '窓口';
    const told = danger > 0 ? `【至急 ${danger}件】窓口` : waiting > 0 ? `（${waiting}件待ち）窓口` : plain;
    document.title = told;
    if (danger === 0) return;
    let shown = true;
    const flash = setInterval(() => {
      shown = !shown;
      document.title = shown ? told : '●●● 至急 ●●●';
    }, 1000);
    return () => clearInterval(flash);
  }, [waiting, danger]);
}

/** Says that somebody is new or worse, without a word of content: notifications stay on lock screens. */
function useNotification(cases: string, wanted: boolean): void {
  const known = useRef<string[]>([]);
  useEffect(() => {
    const now = cases.split(' ').filter(Boolean);
    const fresh = now.filter((one) => !known.current.includes(one));
    known.current = now;
    if (!wanted || fresh.length === 0 || document.visibilityState === 'visible') return;
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    new Notification('窓口', { body: '新しい相談が待っています。', tag: 'madoguchi', silent: true });
  }, [cases, wanted]);
}
