// Which screen is shown: the part of the address after `#/`. Back and forward are the system's own.

export type Route =
  | { screen: 'today' }
  | { screen: 'checkin'; phase: 'before' | 'after' }
  | { screen: 'session' }
  | { screen: 'after' }
  | { screen: 'pieces' }
  | { screen: 'settings' }
  | { screen: 'device' }
  | { screen: 'help' };

export type Screen = Route['screen'];

/** Reads an address; anything unknown is Today. */
export function routeOf(hash: string): Route {
  const [screen, detail] = hash.replace(/^#\/?/, '').split('/');
  switch (screen) {
    case 'checkin':
      return { screen, phase: detail === 'after' ? 'after' : 'before' };
    case 'session':
    case 'after':
    case 'pieces':
    case 'settings':
    case 'device':
    case 'help':
      return { screen };
    default:
      return { screen: 'today' };
  }
}

export function hashOf(route: Route): string {
  return route.screen === 'checkin' ? `#/checkin/${route.phase}` : `#/${route.screen}`;
}

export class Router {
  route = $state.raw<Route>(routeOf(location.hash));
  /** How many of our own screens lie behind this one, so that Back never leaves the app. */
  #depth = 0;

  /** Asked before the system's own Back or Forward leads somewhere; `false` stays here. */
  mayGo: (to: Route) => boolean = () => true;

  #closed = new AbortController();

  constructor() {
    addEventListener('hashchange', this.#follow, { signal: this.#closed.signal });
  }

  #follow = () => {
    const to = routeOf(location.hash);
    if (this.mayGo(to)) this.route = to;
    // The address went on already: the screen's own is put on top of it again.
    else history.pushState(null, '', hashOf(this.route));
  };

  /** The address is somebody else's from now on. */
  close = () => this.#closed.abort();

  /** Whether one of our own screens lies behind this one. */
  get behind() {
    return this.#depth > 0;
  }

  go = (route: Route) => {
    if (hashOf(route) === location.hash) return;
    this.#depth++;
    location.hash = hashOf(route);
  };

  /** For steps of one path (check-in → session → after): Back does not walk through them again. */
  replace = (route: Route) => {
    history.replaceState(null, '', hashOf(route));
    this.route = route;
  };

  back = () => {
    if (this.#depth > 0) {
      this.#depth--;
      history.back();
    } else {
      this.replace({ screen: 'today' });
    }
  };
}
