//! The catalogue of parametrised CRC algorithms: every one of the crate `crc`, with the names it goes by in the field.

use super::crc::{Engine, Entry};

/// Each line: the constant of the crate, the catalogue's name, its width, other names.
macro_rules! catalogue {
    ($($constant:ident $name:literal in $width:ident as $engine:ident, [$($alias:literal),*];)+) => {
        /// Every algorithm, narrowest first, as the catalogue lists them.
        pub(super) static CATALOGUE: &[Entry] = &[$(Entry {
            name: $name,
            aliases: &[$($alias),*],
            engine: Engine::$engine(&const { ::crc::Crc::<$width>::new(&::crc::$constant) }),
        }),+];
    };
}

catalogue! {
    CRC_3_GSM "CRC-3/GSM" in u8 as U8, [];
    CRC_3_ROHC "CRC-3/ROHC" in u8 as U8, [];
    CRC_4_G_704 "CRC-4/G-704" in u8 as U8, ["CRC-4/ITU"];
    CRC_4_INTERLAKEN "CRC-4/INTERLAKEN" in u8 as U8, [];
    CRC_5_EPC_C1G2 "CRC-5/EPC-C1G2" in u8 as U8, ["CRC-5/EPC"];
    CRC_5_G_704 "CRC-5/G-704" in u8 as U8, ["CRC-5/ITU"];
    CRC_5_USB "CRC-5/USB" in u8 as U8, [];
    CRC_6_CDMA2000_A "CRC-6/CDMA2000-A" in u8 as U8, [];
    CRC_6_CDMA2000_B "CRC-6/CDMA2000-B" in u8 as U8, [];
    CRC_6_DARC "CRC-6/DARC" in u8 as U8, [];
    CRC_6_G_704 "CRC-6/G-704" in u8 as U8, ["CRC-6/ITU"];
    CRC_6_GSM "CRC-6/GSM" in u8 as U8, [];
    CRC_7_MMC "CRC-7/MMC" in u8 as U8, ["CRC-7"];
    CRC_7_ROHC "CRC-7/ROHC" in u8 as U8, [];
    CRC_7_UMTS "CRC-7/UMTS" in u8 as U8, [];
    CRC_8_AUTOSAR "CRC-8/AUTOSAR" in u8 as U8, [];
    CRC_8_BLUETOOTH "CRC-8/BLUETOOTH" in u8 as U8, [];
    CRC_8_CDMA2000 "CRC-8/CDMA2000" in u8 as U8, [];
    CRC_8_DARC "CRC-8/DARC" in u8 as U8, [];
    CRC_8_DVB_S2 "CRC-8/DVB-S2" in u8 as U8, [];
    CRC_8_GSM_A "CRC-8/GSM-A" in u8 as U8, [];
    CRC_8_GSM_B "CRC-8/GSM-B" in u8 as U8, [];
    CRC_8_HITAG "CRC-8/HITAG" in u8 as U8, [];
    CRC_8_I_432_1 "CRC-8/I-432-1" in u8 as U8, ["CRC-8/ITU"];
    CRC_8_I_CODE "CRC-8/I-CODE" in u8 as U8, [];
    CRC_8_LTE "CRC-8/LTE" in u8 as U8, [];
    CRC_8_MAXIM_DOW "CRC-8/MAXIM-DOW" in u8 as U8, ["CRC-8/MAXIM", "DOW-CRC"];
    CRC_8_MIFARE_MAD "CRC-8/MIFARE-MAD" in u8 as U8, [];
    CRC_8_NRSC_5 "CRC-8/NRSC-5" in u8 as U8, [];
    CRC_8_OPENSAFETY "CRC-8/OPENSAFETY" in u8 as U8, [];
    CRC_8_ROHC "CRC-8/ROHC" in u8 as U8, [];
    CRC_8_SAE_J1850 "CRC-8/SAE-J1850" in u8 as U8, [];
    CRC_8_SMBUS "CRC-8/SMBUS" in u8 as U8, ["CRC-8"];
    CRC_8_TECH_3250 "CRC-8/TECH-3250" in u8 as U8, ["CRC-8/AES", "CRC-8/EBU"];
    CRC_8_WCDMA "CRC-8/WCDMA" in u8 as U8, [];
    CRC_10_ATM "CRC-10/ATM" in u16 as U16, ["CRC-10", "CRC-10/I-610"];
    CRC_10_CDMA2000 "CRC-10/CDMA2000" in u16 as U16, [];
    CRC_10_GSM "CRC-10/GSM" in u16 as U16, [];
    CRC_11_FLEXRAY "CRC-11/FLEXRAY" in u16 as U16, ["CRC-11"];
    CRC_11_UMTS "CRC-11/UMTS" in u16 as U16, [];
    CRC_12_CDMA2000 "CRC-12/CDMA2000" in u16 as U16, [];
    CRC_12_DECT "CRC-12/DECT" in u16 as U16, ["X-CRC-12"];
    CRC_12_GSM "CRC-12/GSM" in u16 as U16, [];
    CRC_12_UMTS "CRC-12/UMTS" in u16 as U16, ["CRC-12/3GPP"];
    CRC_13_BBC "CRC-13/BBC" in u16 as U16, [];
    CRC_14_DARC "CRC-14/DARC" in u16 as U16, [];
    CRC_14_GSM "CRC-14/GSM" in u16 as U16, [];
    CRC_15_CAN "CRC-15/CAN" in u16 as U16, ["CRC-15"];
    CRC_15_MPT1327 "CRC-15/MPT1327" in u16 as U16, [];
    CRC_16_ARC "CRC-16/ARC" in u16 as U16, ["CRC-16", "CRC-16/LHA", "CRC-IBM", "ARC"];
    CRC_16_CDMA2000 "CRC-16/CDMA2000" in u16 as U16, [];
    CRC_16_CMS "CRC-16/CMS" in u16 as U16, [];
    CRC_16_DDS_110 "CRC-16/DDS-110" in u16 as U16, [];
    CRC_16_DECT_R "CRC-16/DECT-R" in u16 as U16, ["R-CRC-16"];
    CRC_16_DECT_X "CRC-16/DECT-X" in u16 as U16, ["X-CRC-16"];
    CRC_16_DNP "CRC-16/DNP" in u16 as U16, [];
    CRC_16_EN_13757 "CRC-16/EN-13757" in u16 as U16, [];
    CRC_16_GENIBUS "CRC-16/GENIBUS" in u16 as U16, ["CRC-16/DARC", "CRC-16/EPC", "CRC-16/EPC-C1G2", "CRC-16/I-CODE"];
    CRC_16_GSM "CRC-16/GSM" in u16 as U16, [];
    CRC_16_IBM_3740 "CRC-16/IBM-3740" in u16 as U16, ["CRC-16/CCITT-FALSE", "CRC-16/AUTOSAR"];
    CRC_16_IBM_SDLC "CRC-16/IBM-SDLC" in u16 as U16, ["CRC-16/X-25", "CRC-16/ISO-HDLC", "CRC-16/ISO-IEC-14443-3-B", "CRC-B", "X-25"];
    CRC_16_ISO_IEC_14443_3_A "CRC-16/ISO-IEC-14443-3-A" in u16 as U16, ["CRC-A"];
    CRC_16_KERMIT "CRC-16/KERMIT" in u16 as U16, ["CRC-16/CCITT", "CRC-16/CCITT-TRUE", "CRC-16/BLUETOOTH", "CRC-16/V-41-LSB", "CRC-CCITT", "KERMIT"];
    CRC_16_LJ1200 "CRC-16/LJ1200" in u16 as U16, [];
    CRC_16_M17 "CRC-16/M17" in u16 as U16, [];
    CRC_16_MAXIM_DOW "CRC-16/MAXIM-DOW" in u16 as U16, ["CRC-16/MAXIM"];
    CRC_16_MCRF4XX "CRC-16/MCRF4XX" in u16 as U16, [];
    CRC_16_MODBUS "CRC-16/MODBUS" in u16 as U16, ["MODBUS"];
    CRC_16_NRSC_5 "CRC-16/NRSC-5" in u16 as U16, [];
    CRC_16_OPENSAFETY_A "CRC-16/OPENSAFETY-A" in u16 as U16, [];
    CRC_16_OPENSAFETY_B "CRC-16/OPENSAFETY-B" in u16 as U16, [];
    CRC_16_PROFIBUS "CRC-16/PROFIBUS" in u16 as U16, ["CRC-16/IEC-61158-2"];
    CRC_16_RIELLO "CRC-16/RIELLO" in u16 as U16, [];
    CRC_16_SPI_FUJITSU "CRC-16/SPI-FUJITSU" in u16 as U16, ["CRC-16/AUG-CCITT"];
    CRC_16_T10_DIF "CRC-16/T10-DIF" in u16 as U16, [];
    CRC_16_TELEDISK "CRC-16/TELEDISK" in u16 as U16, [];
    CRC_16_TMS37157 "CRC-16/TMS37157" in u16 as U16, [];
    CRC_16_UMTS "CRC-16/UMTS" in u16 as U16, ["CRC-16/BUYPASS", "CRC-16/VERIFONE"];
    CRC_16_USB "CRC-16/USB" in u16 as U16, [];
    CRC_16_XMODEM "CRC-16/XMODEM" in u16 as U16, ["CRC-16/ACORN", "CRC-16/LTE", "CRC-16/V-41-MSB", "XMODEM", "ZMODEM"];
    CRC_17_CAN_FD "CRC-17/CAN-FD" in u32 as U32, [];
    CRC_21_CAN_FD "CRC-21/CAN-FD" in u32 as U32, [];
    CRC_24_BLE "CRC-24/BLE" in u32 as U32, [];
    CRC_24_FLEXRAY_A "CRC-24/FLEXRAY-A" in u32 as U32, [];
    CRC_24_FLEXRAY_B "CRC-24/FLEXRAY-B" in u32 as U32, [];
    CRC_24_INTERLAKEN "CRC-24/INTERLAKEN" in u32 as U32, [];
    CRC_24_LTE_A "CRC-24/LTE-A" in u32 as U32, [];
    CRC_24_LTE_B "CRC-24/LTE-B" in u32 as U32, [];
    CRC_24_OPENPGP "CRC-24/OPENPGP" in u32 as U32, ["CRC-24"];
    CRC_24_OS_9 "CRC-24/OS-9" in u32 as U32, [];
    CRC_30_CDMA "CRC-30/CDMA" in u32 as U32, [];
    CRC_31_PHILIPS "CRC-31/PHILIPS" in u32 as U32, [];
    CRC_32_AIXM "CRC-32/AIXM" in u32 as U32, ["CRC-32Q"];
    CRC_32_AUTOSAR "CRC-32/AUTOSAR" in u32 as U32, [];
    CRC_32_BASE91_D "CRC-32/BASE91-D" in u32 as U32, ["CRC-32D"];
    CRC_32_BZIP2 "CRC-32/BZIP2" in u32 as U32, ["CRC-32/AAL5", "CRC-32/DECT-B", "B-CRC-32"];
    CRC_32_CD_ROM_EDC "CRC-32/CD-ROM-EDC" in u32 as U32, [];
    CRC_32_CKSUM "CRC-32/CKSUM" in u32 as U32, ["CRC-32/POSIX", "CKSUM"];
    CRC_32_ISCSI "CRC-32/ISCSI" in u32 as U32, ["CRC-32C", "CRC-32/CASTAGNOLI", "CRC-32/BASE91-C", "CRC-32/INTERLAKEN"];
    CRC_32_ISO_HDLC "CRC-32/ISO-HDLC" in u32 as U32, ["CRC-32", "CRC-32/ADCCP", "CRC-32/V-42", "CRC-32/XZ", "PKZIP"];
    CRC_32_JAMCRC "CRC-32/JAMCRC" in u32 as U32, ["JAMCRC"];
    CRC_32_MEF "CRC-32/MEF" in u32 as U32, [];
    CRC_32_MPEG_2 "CRC-32/MPEG-2" in u32 as U32, [];
    CRC_32_XFER "CRC-32/XFER" in u32 as U32, ["XFER"];
    CRC_40_GSM "CRC-40/GSM" in u64 as U64, [];
    CRC_64_ECMA_182 "CRC-64/ECMA-182" in u64 as U64, ["CRC-64"];
    CRC_64_GO_ISO "CRC-64/GO-ISO" in u64 as U64, [];
    CRC_64_MS "CRC-64/MS" in u64 as U64, [];
    CRC_64_NVME "CRC-64/NVME" in u64 as U64, [];
    CRC_64_REDIS "CRC-64/REDIS" in u64 as U64, [];
    CRC_64_WE "CRC-64/WE" in u64 as U64, [];
    CRC_64_XZ "CRC-64/XZ" in u64 as U64, ["CRC-64/GO-ECMA"];
    CRC_82_DARC "CRC-82/DARC" in u128 as U128, [];
}
