using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Parsing.Combinations;

/// <summary>
/// Reads <c>"Pg &amp; !Pe"</c>: alternatives of conjunctions of tests, a test being a field, a comparison, its negation, or
/// something in parentheses.
/// </summary>
internal sealed class CombinationParser
{
    private const int MaxDepth = 32;

    private static readonly string[] s_comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    private readonly string _text;
    private readonly IReadOnlyList<FieldModel> _fields;
    private int _at;
    private int _depth;

    private CombinationParser(string text, IReadOnlyList<FieldModel> fields)
    {
        _text = text;
        _fields = fields;
        SkipSpace();
    }

    /// <summary>Null, with what is wrong and where, when the text is none.</summary>
    public static Combination? Parse(string text, IReadOnlyList<FieldModel> fields, out CombinationProblem problem)
    {
        var parser = new CombinationParser(text, fields);
        try
        {
            Combination combination = parser.Alternatives();
            if (parser._at < text.Length)
                throw parser.Expected("'&', '|' or the end");

            problem = default;
            return combination;
        }
        catch (CombinationException exception)
        {
            problem = exception.Problem;
            return null;
        }
    }

    private Combination Alternatives()
    {
        Combination left = Conjunction();
        while (TryTake("||") || TryTake("|"))
            left = new Either(left, Conjunction());

        return left;
    }

    private Combination Conjunction()
    {
        Combination left = Test();
        while (TryTake("&&") || TryTake("&"))
            left = new Both(left, Test());

        return left;
    }

    private Combination Test()
    {
        if (++_depth > MaxDepth)
            throw Problem(_at, 1, "it is nested too deeply");

        Combination test = TryTake("!") ? new Not(Test()) : TryTake("(") ? Group() : Field();
        _depth--;
        return test is Not { Inner: FieldIsSet field } ? field with { IsSet = !field.IsSet } : test;
    }

    private Combination Group()
    {
        Combination inner = Alternatives();
        return TryTake(")") ? inner : throw Expected("')'");
    }

    private Combination Field()
    {
        int start = _at;
        if (TakeWord() is not { } name)
            throw Expected("a field, '!' or '('");

        FieldModel? field = _fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.Ordinal));
        if (field is null)
            throw Problem(start, name.Length, $"there is no field '{name}'");

        string? comparison = s_comparisons.FirstOrDefault(TryTake);
        return comparison is null ? new FieldIsSet(field, IsSet: true) : new FieldComparison(field, comparison, Number(field));
    }

    private ulong Number(FieldModel field)
    {
        int start = _at;
        if (TakeWord() is not { } word)
            throw Expected("a number");

        ulong? value = char.IsDigit(word[0]) ? ParseNumber(word) : MemberOf(field, word);
        if (value is null)
        {
            string problem = field.Enum is null ? "is no number" : $"is neither a number nor a member of '{field.Enum.Name}'";
            throw Problem(start, word.Length, $"'{word}' {problem}");
        }

        return value <= field.Bits.MaxValue
            ? value.Value
            : throw Problem(start, word.Length, $"{word} does not fit in {field.Bits}, where '{field.Name}' is");
    }

    private static ulong? MemberOf(FieldModel field, string name)
    {
        foreach (EnumMember member in field.Enum?.Members ?? [])
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
                return member.Value;
        }

        return null;
    }

    private static ulong? ParseNumber(string word)
    {
        bool isHex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(isHex ? word.Substring(2) : word, style, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }

    private string? TakeWord()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;

        string word = _text.Substring(start, _at - start);
        SkipSpace();
        return word.Length == 0 ? null : word;
    }

    private bool TryTake(string symbol)
    {
        if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) != 0)
            return false;

        _at += symbol.Length;
        SkipSpace();
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private CombinationException Expected(string what)
        => _at < _text.Length
            ? Problem(_at, 1, $"'{_text[_at]}' stands where {what} is expected")
            : Problem(_at, 0, $"it ends where {what} is expected");

    private static CombinationException Problem(int start, int length, string message) => new(new CombinationProblem(start, length, message));

    private sealed class CombinationException(CombinationProblem problem) : Exception
    {
        public CombinationProblem Problem { get; } = problem;
    }
}
