import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';

/** How much of its way a blind covers in an hour; a full run takes a minute. */
const RUN_PER_HOUR = 60;

/** A blind or gate on its way to where it should be. 0 is open for a blind and closed for a gate. */
class Drive {
  position = 0;
  target = 0;

  step(target: number, elapsedHours: number): void {
    this.target = target;
    const distance = this.target - this.position;
    this.position += Math.sign(distance) * Math.min(Math.abs(distance), RUN_PER_HOUR * elapsedHours);
  }

  /** -1 towards 0, 1 towards 1, 0 at rest. */
  get direction(): number {
    return Math.sign(Math.round((this.target - this.position) * 1000));
  }
}

/** One control: a blind that shades against strong sun and closes for the night. */
export function addJalousie(house: HouseBuilder, name: string, place: Place): void {
  const drive = new Drive();
  const shadeAbove = 0.35 + 0.3 * house.random();
  const wanted = ({ weather, hour }: Moment): number => {
    if (weather.sunshine > shadeAbove) return 0.8;
    return weather.sunshine === 0 && (hour > 21 || hour < 6) ? 1 : 0;
  };
  house.rules.push((moment) => drive.step(wanted(moment), moment.elapsedHours));
  house.add({
    name,
    type: 'Jalousie',
    place,
    details: { jLockable: true, isAutomatic: true, animation: 0 },
    states: {
      up: house.value(0, { follow: () => Number(drive.direction < 0) }),
      down: house.value(0, { follow: () => Number(drive.direction > 0) }),
      position: house.value(0, { follow: () => drive.position, restlessBy: 0.02 }),
      targetPosition: house.value(0, { follow: () => drive.target }),
      shadePosition: house.value(0, { follow: () => (drive.target === 0.8 ? 0.5 : drive.target) }),
      autoActive: house.value(0, { follow: () => Number(drive.target > 0) }),
      ...house.values({ targetPositionLamelle: 0, safetyActive: 0, autoAllowed: 1, locked: 0, hasEndposition: 1 }),
      ...house.values({ mode: 0, learningStep: 0, deviceState: 2, adjustingEndPos: 0, autoState: 0 }),
      infoText: house.text(''),
      autoInfoText: house.text('Automatic shading'),
      jLocked: house.text(''),
    },
  });
}

/** One control: a garage door that opens when somebody leaves and comes home. */
export function addGate(house: HouseBuilder, name: string, place: Place): void {
  const drive = new Drive();
  const wanted = ({ hour }: Moment): number => Number((hour > 7.45 && hour < 7.55) || (hour > 17.9 && hour < 18));
  house.rules.push((moment) => drive.step(wanted(moment), moment.elapsedHours));
  house.add({
    name,
    type: 'Gate',
    place,
    details: { jLockable: true, animation: 0 },
    states: {
      position: house.value(0, { follow: () => drive.position }),
      active: house.value(0, { follow: () => drive.direction }),
      ...house.values({ preventOpen: 0, preventClose: 0 }),
      jLocked: house.text(''),
    },
  });
}
