using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>
/// Writes what makes a word valid: reserved and fixed bits, values that are defined, combinations that are allowed, addresses that are
/// not too wide.
/// </summary>
internal static class ValidityWriter
{
    /// <summary>Why a word may be refused, in a sentence.</summary>
    public static string WhatMayBeWrong(LayoutModel layout)
    {
        List<string> reasons = ["a reserved bit is set", "a fixed bit is wrong"];
        if (FallibleFields(layout).Any())
            reasons.Add("a value is not defined");

        if (layout.Forbidden.Count > 0)
            reasons.Add("fields contradict each other");

        string last = reasons[reasons.Count - 1];
        return string.Join(", ", reasons.Take(reasons.Count - 1)) + " or " + last;
    }

    public static void Write(IndentedWriter writer, LayoutModel layout)
    {
        writer.Member($"""
            /// <summary>The reserved bits that are set and the fixed bits that are wrong: zero in a valid word.</summary>
            public {layout.Storage.Keyword} InvalidBits => {layout.Storage.Narrowed("(_value ^ FixedValue) & (ReservedMask | FixedMask)")};
            """);
        WriteIsValid(writer, layout);
        WriteValidate(writer, layout);
        WriteForbidden(writer, layout);
        if (layout.PhysicalAddressMask != 0)
            WriteAddressWidth(writer, layout);

        if ((layout.SoftwareMask | layout.IgnoredMask) != 0)
            WriteHardwareEquality(writer, layout);
    }

    private static IEnumerable<FieldModel> FallibleFields(LayoutModel layout)
        => layout.Fields.Where(field => field is { IsFallible: true, IsReadable: true });

    private static void WriteIsValid(IndentedWriter writer, LayoutModel layout)
    {
        writer.Blank().Line("/// <summary>Whether nothing is wrong with the word: see <see cref=\"Validate()\"/>.</summary>");
        List<string> conditions = ["InvalidBits == 0"];
        conditions.AddRange(FallibleFields(layout).Select(field => IsDefined(layout, field)));
        conditions.AddRange(layout.Forbidden.Select((_, index) => "!IsForbidden" + Literals.Number(index + 1)));
        if (conditions.Count == 1)
        {
            writer.Line($"public bool IsValid => {conditions[0]};");
            return;
        }

        writer.Line("public bool IsValid").Indented($"=> {conditions[0]}");
        for (int index = 1; index < conditions.Count; index++)
        {
            writer.Continued($"&& {conditions[index]}{(index == conditions.Count - 1 ? ";" : string.Empty)}");
        }
    }

    private static void WriteValidate(IndentedWriter writer, LayoutModel layout)
    {
        writer
            .Blank()
            .Line($"/// <summary>The first thing that is wrong with the word: {WhatMayBeWrong(layout)}. <c>default</c> when nothing is.</summary>");
        if (layout.Forbidden.Count > 0)
            WriteListOfForbidden(writer, layout);

        if ((layout.ReservedMask | layout.FixedMask) == 0 && layout.Forbidden.Count == 0 && !FallibleFields(layout).Any())
        {
            writer.Line($"public {TypeNames.Violation} Validate() => default;");
            return;
        }

        writer.Line($"public {TypeNames.Violation} Validate()").Open();
        if (layout.ReservedMask != 0)
            WriteCheck("(_value & ReservedMask) != 0", $"Reserved({layout.Storage.Narrowed("_value & ReservedMask")})");

        if (layout.FixedMask != 0)
            WriteCheck("((_value ^ FixedValue) & FixedMask) != 0", $"Fixed({layout.Storage.Narrowed("(_value ^ FixedValue) & FixedMask")})");

        foreach (FieldModel field in FallibleFields(layout))
        {
            WriteCheck("!" + IsDefined(layout, field), $"Undefined({field.MaskName})");
        }

        for (int index = 0; index < layout.Forbidden.Count; index++)
        {
            string number = Literals.Number(index + 1);
            WriteCheck("IsForbidden" + number, $"Forbidden({number}, {Literals.Hex(layout.Forbidden[index].Fields, layout.Storage)})");
        }

        writer.Line("return default;").Close();

        void WriteCheck(string condition, string violation)
            => writer.Line($"if ({condition})").Indented($"return {TypeNames.Violation}.{violation};").Blank();
    }

    private static void WriteListOfForbidden(IndentedWriter writer, LayoutModel layout)
    {
        writer.Line("/// <remarks>").Line("/// Forbidden combinations:").Line("/// <list type=\"number\">");
        foreach (ForbiddenModel forbidden in layout.Forbidden)
        {
            string reason = forbidden.Reason is null ? string.Empty : ": " + Literals.Xml(forbidden.Reason);
            writer.Line($"/// <item><description><c>{Literals.Xml(forbidden.Text)}</c>{reason}</description></item>");
        }

        writer.Line("/// </list>").Line("/// </remarks>");
    }

    private static void WriteForbidden(IndentedWriter writer, LayoutModel layout)
    {
        for (int index = 0; index < layout.Forbidden.Count; index++)
        {
            ForbiddenModel forbidden = layout.Forbidden[index];
            writer.Member($"""
                /// <summary>Whether the word has the forbidden combination <c>{Literals.Xml(forbidden.Text)}</c>.</summary>
                private bool IsForbidden{Literals.Number(index + 1)} => {forbidden.Condition};
                """);
        }
    }

    private static void WriteAddressWidth(IndentedWriter writer, LayoutModel layout)
    {
        string storage = layout.Storage.Keyword;
        string beyond = $"{layout.Storage.Widened("_value")} & PhysicalAddressMask & {TypeNames.AddressWidth}.BitsBeyond(physicalAddressBits)";
        string narrowed = layout.Storage.Width == 64 ? beyond : $"({storage})({beyond})";
        writer.Member($$"""
            /// <summary>
            /// The <see cref="InvalidBits"/>, and the address bits that a processor with addresses of this width reserves (MAXPHYADDR,
            /// CPUID.80000008H:EAX[7:0]). Panics unless the width is 1 to 52.
            /// </summary>
            public {{storage}} InvalidBitsFor(int physicalAddressBits)
                => {{layout.Storage.Narrowed($"InvalidBits | {(layout.Storage.Width == 64 ? $"({beyond})" : narrowed)}")}};

            /// <summary>Whether nothing is wrong with the word on a processor with addresses of this width.</summary>
            public bool IsValidFor(int physicalAddressBits) => IsValid && InvalidBitsFor(physicalAddressBits) == 0;

            /// <summary>The first thing that is wrong with the word on a processor with addresses of this width.</summary>
            public {{TypeNames.Violation}} Validate(int physicalAddressBits)
            {
                {{TypeNames.Violation}} violation = Validate();
                if (!violation.IsNone || InvalidBitsFor(physicalAddressBits) == 0)
                    return violation;

                return {{TypeNames.Violation}}.Address(InvalidBitsFor(physicalAddressBits));
            }
            """);
    }

    private static void WriteHardwareEquality(IndentedWriter writer, LayoutModel layout)
    {
        string ignored = (layout.SoftwareMask, layout.IgnoredMask) switch
        {
            (0, _) => "IgnoredMask",
            (_, 0) => "SoftwareMask",
            _ => "(SoftwareMask | IgnoredMask)",
        };
        writer.Member($"""
            /// <summary>Whether two words differ in nothing but bits that are ignored or left to software.</summary>
            public bool IsSameForHardware({layout.Name} other) => ((_value ^ other._value) & ~{layout.Storage.Widened(ignored)}) == 0;
            """);
    }

    private static string IsDefined(LayoutModel layout, FieldModel field) => $"{field.IsDefinedName}({FieldWriter.ShiftedBits(layout.Storage, field)})";
}
