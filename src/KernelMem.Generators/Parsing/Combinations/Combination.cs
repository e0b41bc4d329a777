using System.Globalization;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Parsing.Combinations;

/// <summary>A forbidden combination, understood: what it says of a word, and how C# says it.</summary>
internal abstract record Combination
{
    /// <summary>Whether a word has it.</summary>
    public abstract bool HoldsIn(ulong word);

    /// <summary>The bits of all fields that it names.</summary>
    public abstract ulong Fields { get; }

    /// <summary>The expression of C#.</summary>
    public abstract string Expression { get; }

    /// <summary>The expression as an operand of <c>&amp;&amp;</c>.</summary>
    public virtual string Operand => Expression;
}

/// <summary>A field that is not zero, or that is.</summary>
internal sealed record FieldIsSet(FieldModel Field, bool IsSet) : Combination
{
    public override ulong Fields => Field.Bits.Mask;

    public override string Expression
        => Field is { Kind: FieldKind.Flag, IsReadable: true }
            ? (IsSet ? string.Empty : "!") + SymbolText.Escape(Field.Name)
            : $"(_value & {Field.MaskName}) {(IsSet ? "!=" : "==")} 0";

    public override bool HoldsIn(ulong word) => (word & Field.Bits.Mask) != 0 == IsSet;
}

/// <summary>A field compared with a number.</summary>
internal sealed record FieldComparison(FieldModel Field, string Operator, ulong Number) : Combination
{
    public override ulong Fields => Field.Bits.Mask;

    public override string Expression
        => string.Format(CultureInfo.InvariantCulture, "((_value & {0}) >> {1}) {2} {3}", Field.MaskName, Field.ShiftName, Operator, Number);

    public override bool HoldsIn(ulong word)
    {
        ulong value = (word & Field.Bits.Mask) >> Field.Bits.Low;
        return Operator switch
        {
            "==" => value == Number,
            "!=" => value != Number,
            "<" => value < Number,
            "<=" => value <= Number,
            ">" => value > Number,
            _ => value >= Number,
        };
    }
}

/// <summary>Both of them.</summary>
internal sealed record Both(Combination Left, Combination Right) : Combination
{
    public override ulong Fields => Left.Fields | Right.Fields;

    public override string Expression => $"{Left.Operand} && {Right.Operand}";

    public override bool HoldsIn(ulong word) => Left.HoldsIn(word) && Right.HoldsIn(word);
}

/// <summary>One of them at least.</summary>
internal sealed record Either(Combination Left, Combination Right) : Combination
{
    public override ulong Fields => Left.Fields | Right.Fields;

    public override string Expression => $"{Left.Expression} || {Right.Expression}";

    public override string Operand => $"({Expression})";

    public override bool HoldsIn(ulong word) => Left.HoldsIn(word) || Right.HoldsIn(word);
}

/// <summary>Not what stands in the parentheses.</summary>
internal sealed record Not(Combination Inner) : Combination
{
    public override ulong Fields => Inner.Fields;

    public override string Expression => $"!({Inner.Expression})";

    public override bool HoldsIn(ulong word) => !Inner.HoldsIn(word);
}
