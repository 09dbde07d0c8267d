import type { ThemeConfig } from 'antd';

/** Ant Design in the house's colours; texts keep a contrast of 4.5 : 1 on what they stand on. */
export const THEME: ThemeConfig = {
  cssVar: { key: 'oncegate' },
  token: {
    colorPrimary: '#14527f',
    colorLink: '#14527f',
    colorSuccess: '#1d6b45',
    colorWarning: '#8a5a00',
    colorError: '#a12b2b',
    colorPrimaryBg: '#e8f0f7',
    controlItemBgActive: '#e8f0f7',
    controlItemBgActiveHover: '#dde9f3',
    colorSuccessBg: '#e5f3ea',
    colorSuccessBorder: '#b9dcc7',
    colorWarningBg: '#fdf2d8',
    colorWarningBorder: '#ecd79b',
    colorErrorBg: '#fbe9e7',
    colorErrorBorder: '#eec3be',
    colorText: '#1b2733',
    colorTextSecondary: '#5a6878',
    colorTextDescription: '#5a6878',
    colorTextPlaceholder: '#5f6b78',
    colorBorder: '#8d9aa8',
    colorBorderSecondary: '#dfe5ec',
    borderRadius: 7,
    controlHeight: 36,
    fontFamily: 'var(--sans)',
    fontFamilyCode: 'var(--mono)',
    // The house's shadows are fainter than the library's.
    boxShadow: '0 8px 28px rgb(20 50 80 / 14%)',
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  },
  components: {
    Alert: { withDescriptionPadding: '10px 14px', withDescriptionIconSize: 18, defaultPadding: '7px 14px' },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
  },
};
