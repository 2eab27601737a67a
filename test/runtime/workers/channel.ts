/** The channel's secrets, worthless anywhere else. */
export const channel = {
  LINE_CHANNEL_SECRET: 'workers-channel-secret-0123456789',
  LINE_CHANNEL_ACCESS_TOKEN: 'workers-channel-access-token',
  LINE_API_BASE_URL: 'https://line.test',
};
