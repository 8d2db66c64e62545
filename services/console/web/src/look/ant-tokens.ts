import type { ThemeConfig } from 'antd';

/** The few colours that the component library must share with palette.css. */
export function antTokens(dark: boolean): Pick<ThemeConfig, 'token' | 'components'> {
  const accent = dark ? '#58bfca' : '#0b6470';
  return {
    token: {
      colorPrimary: accent,
      colorInfo: accent,
      colorLink: accent,
      colorTextLightSolid: dark ? '#06242a' : '#ffffff',
      colorBgContainer: dark ? '#171c24' : '#ffffff',
      colorBgElevated: dark ? '#1c222b' : '#ffffff',
      colorBorder: dark ? '#404b59' : '#c3ccd6',
      colorText: dark ? '#e6eaf0' : '#1a2330',
      colorTextPlaceholder: dark ? '#94a0af' : '#5d6979',
      colorTextDisabled: dark ? '#94a0af' : '#5d6979',
      fontFamily: 'var(--font)',
      fontSize: 13,
      fontSizeSM: 12,
      controlHeightSM: 24,
      borderRadius: 5,
      // Calm, and nobody has to wish for less of it.
      motion: false,
    },
    components: {
      Button: { contentFontSizeSM: 12, primaryShadow: 'none', defaultShadow: 'none' },
      Input: { inputFontSizeSM: 12 },
      Segmented: { itemColor: dark ? '#b6c0cc' : '#465364', trackBg: dark ? '#0f1319' : '#ecf0f4' },
    },
  };
}
