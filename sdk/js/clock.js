// The two clocks of a page, in seconds: the one that a person can turn, and the one that only goes on.

export const wall = () => Date.now() / 1000;

export const mark = () => performance.now() / 1000;
