using System;
using System.Collections.Generic;

namespace RuleCost;

/// <summary>Makes up statements on <c>ulong a, b, c</c> and <c>int n</c>: what the pieces do beside what they are.</summary>
internal sealed class Statements(Random random)
{
    private static readonly string[] s_variables = ["a", "b", "c"];
    private static readonly string[] s_counters = ["p", "q", "r"];

    /// <summary>The lines of some statements.</summary>
    public List<string> Make()
    {
        List<string> lines = [];
        int count = 3 + random.Next(5);
        for (int i = 0; i < count; i++)
        {
            Add(lines, depth: 0);
        }

        return lines;
    }

    private void Add(List<string> lines, int depth)
    {
        switch (random.Next(depth < 2 ? 9 : 6))
        {
            case 0:
                Line($"{Variable()} = ({Variable()} << {random.Next(1, 31)}) ^ ({Variable()} >> {random.Next(1, 31)});");
                break;
            case 1:
                Line($"{Variable()} += {Variable()} * {random.Next(3, 9999)}UL;");
                break;
            case 2:
                Line($"{Variable()} = {Variable()} > {Variable()} + 1 ? {Variable()} - {random.Next(9)} : {Variable()} | 0x{random.Next():X}UL;");
                break;
            case 3:
                Line($"{Variable()} = BitOperations.RotateLeft({Variable()}, n & {random.Next(64)});");
                break;
            case 4:
                Line($"n = Math.Max(n - {random.Next(9)}, (int)({Variable()} & {random.Next(1, 255)}));");
                break;
            case 5:
                Line($"({Variable()}, n) = ({Variable()} ^ {Variable()}, n + 1);");
                break;
            case 6:
                Line($"if (({Variable()} & {1UL << random.Next(20)}) != 0 && n > {random.Next(99)})");
                Block(1 + random.Next(3));
                Line("else");
                Block(1);
                break;
            case 7:
                string counter = s_counters[depth];
                Line($"for (int {counter} = 0; {counter} < n; {counter}++)");
                Block(1 + random.Next(3));
                break;
            default:
                Line($"switch ({Variable()} % 3)");
                Line("{");
                foreach (string label in (string[])["case 0:", "case 1:", "default:"])
                {
                    Line("    " + label);
                    Add(lines, 3);
                    Line("        break;");
                }

                Line("}");
                break;
        }

        void Line(string text) => lines.Add(new string(' ', 4 * Math.Min(depth, 2)) + text);

        void Block(int count)
        {
            Line("{");
            for (int i = 0; i < count; i++)
            {
                Add(lines, depth + 1);
            }

            Line("}");
        }
    }

    private string Variable() => s_variables[random.Next(s_variables.Length)];
}
